import QtQuick
import Kiosk.Theme

// A short mark beside a name: an age, a label.
Rectangle {
    id: badge

    required property string text

    implicitWidth: mark.implicitWidth + 2 * Theme.snug
    implicitHeight: mark.implicitHeight + Theme.tight
    radius: height / 2
    color: Theme.warning

    KText {
        id: mark

        anchors.centerIn: parent
        width: Math.min(implicitWidth, badge.width)
        maximumLineCount: 1
        text: badge.text
        color: Theme.warningInk
        font.pixelSize: Theme.small
        font.weight: Font.DemiBold
    }
}
