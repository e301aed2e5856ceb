import QtQuick
import Kiosk.Theme

// Minus, quantity, plus: one control with one border.
Rectangle {
    id: stepper

    required property string quantity
    required property string less
    required property string lessSpoken
    required property bool lessLive
    required property string more
    required property string moreSpoken
    required property bool moreLive

    signal pressed(name: string)

    // What keys can walk through; whoever holds it leads them there.
    function stops(): list<KButton> {
        return [fewer, another];
    }

    implicitWidth: 2 * Theme.target + Theme.count
    implicitHeight: Theme.target
    radius: Theme.corner
    color: Theme.surface
    border.width: Theme.edge
    border.color: Theme.control

    KButton {
        id: fewer

        focusPolicy: Qt.ClickFocus
        name: stepper.less
        spoken: stepper.lessSpoken
        glyph: "minus"
        naked: true
        enabled: stepper.lessLive
        width: Theme.target
        height: parent.height
        anchors.left: parent.left
        Accessible.ignored: stepper.less === ""
        onClicked: stepper.pressed(name)
    }

    KText {
        anchors.centerIn: parent
        width: Theme.count
        horizontalAlignment: Text.AlignHCenter
        maximumLineCount: 1
        text: stepper.quantity
        font.pixelSize: Theme.lead
        font.weight: Font.DemiBold
    }

    KButton {
        id: another

        focusPolicy: Qt.ClickFocus
        name: stepper.more
        spoken: stepper.moreSpoken
        glyph: "plus"
        naked: true
        enabled: stepper.moreLive
        width: Theme.target
        height: parent.height
        anchors.right: parent.right
        Accessible.ignored: stepper.more === ""
        onClicked: stepper.pressed(name)
    }
}
