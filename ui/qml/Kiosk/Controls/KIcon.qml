import QtQuick
import Kiosk.Theme

// One of our line icons in a colour of the theme, given by its name there.
Image {
    required property string glyph
    property string tone: "ink"
    // What points along the line points the other way where lines run leftwards.
    readonly property list<string> directed: ["undo", "arrow", "help"]

    width: Theme.glyph
    height: Theme.glyph
    mirror: LayoutMirroring.enabled && directed.includes(glyph)
    sourceSize: Qt.size(width, height)
    source: "image://kiosk/icons/" + glyph + "/" + tone + Theme.variant
}
