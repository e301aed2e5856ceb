import QtQuick
import Kiosk.Models

// A button for an action of the screen; absent where the screen has no such action.
KButton {
    id: button

    required property ActionModel action

    name: action.name
    label: action.label
    spoken: action.spoken
    enabled: action.enabled
    onClicked: button.action.press()
}
