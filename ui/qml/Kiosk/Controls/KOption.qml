pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.Theme
import Kiosk.Models

// One of several things to choose: a button that says whether it is chosen, by a mark and a frame.
KAction {
    id: option

    required property OptionModel choice

    intent: choice
    primary: choice.primary
    glyph: choice.current ? "check" : choice.glyph
    enabled: choice.enabled || choice.current
    Accessible.checkable: true
    Accessible.checked: choice.current

    Loader {
        anchors.fill: parent
        active: option.choice.current
        sourceComponent: Rectangle {
            color: "transparent"
            radius: Theme.corner
            border.width: Theme.edge * 2
            border.color: Theme.ink
        }
    }
}
