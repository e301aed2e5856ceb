import QtQuick
import Kiosk.Theme

// All text: plain, wrapped, cut where it must be, with figures of one width.
Text {
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    elide: Text.ElideRight
    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: Theme.body
    font.features: ({
            "tnum": 1
        })
}
