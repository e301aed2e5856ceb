import QtQuick
import Kiosk.Theme

// A sheet of paper on the ground. Not a control: its edge is only a hair.
Rectangle {
    color: Theme.surface
    radius: Theme.corner
    border.color: Theme.rule
    border.width: Theme.edge
}
