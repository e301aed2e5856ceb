import QtQuick
import Kiosk.Theme

// One of our line icons in a colour of the theme, given by its name there.
Image {
    required property string glyph
    property string tone: "ink"

    width: Theme.glyph
    height: Theme.glyph
    sourceSize: Qt.size(width, height)
    source: "image://kiosk/icons/" + glyph + "/" + tone + Theme.variant
}
