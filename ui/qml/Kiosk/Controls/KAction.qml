import QtQuick
import Kiosk.Models

// A button for an action of the screen; absent where the screen has no such action.
KButton {
    id: button

    required property ActionModel intent

    name: intent.name
    label: intent.label
    spoken: intent.spoken
    enabled: intent.enabled
    onPressed: button.intent.arm()
    onClicked: button.intent.press()
}
