import QtQuick
import Kiosk.Theme

// A short mark beside a name: an age, a label.
Rectangle {
    id: badge

    required property string text

    implicitWidth: Math.min(mark.implicitWidth + 2 * Theme.snug, Theme.money)
    implicitHeight: mark.implicitHeight + Theme.edge
    radius: height / 2
    color: Theme.warning

    KText {
        id: mark

        anchors.fill: parent
        anchors.leftMargin: Theme.snug
        anchors.rightMargin: Theme.snug
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.NoWrap
        text: badge.text
        color: Theme.warningInk
        font.pixelSize: Theme.small
        font.weight: Font.DemiBold
    }
}
