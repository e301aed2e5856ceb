import QtQuick
import Kiosk.Theme

// All text: plain, wrapped, cut where it must be, with figures of one width. It begins where its
// screen begins, also in the letters of another language; the mirror of the root turns that.
Text {
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    elide: Text.ElideRight
    horizontalAlignment: Text.AlignLeft
    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: Theme.body
    font.features: ({
            "tnum": 1
        })
}
