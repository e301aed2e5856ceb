pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Kiosk.Theme

// A button. `primary` is the one next step and the only one with filled colour; `naked` has no
// border, for what stands beside a control and is needed seldom; without `label` it is an icon.
T.AbstractButton {
    id: button

    required property string name
    required property string spoken
    property string label: ""
    property string glyph: ""
    property bool primary: false
    property bool naked: false
    property int textSize: Theme.body
    readonly property bool filled: primary && enabled
    readonly property string tone: filled ? "overAccent" : enabled ? "ink" : "faint"

    objectName: name
    implicitWidth: Math.max(Theme.target, row.implicitWidth + leftPadding + rightPadding)
    implicitHeight: Math.max(Theme.target, row.implicitHeight + topPadding + bottomPadding)
    leftPadding: label === "" ? 0 : Theme.wide
    rightPadding: leftPadding
    topPadding: label === "" ? 0 : Theme.snug
    bottomPadding: topPadding
    focusPolicy: Qt.StrongFocus
    Accessible.role: Accessible.Button
    Accessible.name: spoken !== "" ? spoken : label
    Accessible.onPressAction: button.click()

    background: Rectangle {
        radius: Theme.corner
        color: button.filled ? (button.down ? Theme.accentPressed : Theme.accent) : button.down ? Theme.pressed : button.naked ? "transparent" : Theme.surface
        border.width: button.filled || button.naked ? 0 : Theme.edge
        border.color: button.enabled ? Theme.control : Theme.rule

        Loader {
            anchors.fill: parent
            active: button.visualFocus
            sourceComponent: KFocus {}
        }
    }

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight

        RowLayout {
            id: row

            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width)
            spacing: Theme.gap

            Loader {
                active: button.glyph !== ""
                visible: active
                Layout.preferredWidth: Math.max(Theme.glyph, Math.round(button.textSize * 1.1))
                Layout.preferredHeight: Layout.preferredWidth
                sourceComponent: KIcon {
                    glyph: button.glyph
                    tone: button.tone
                }
            }

            Loader {
                active: button.label !== ""
                visible: active
                Layout.fillWidth: true
                sourceComponent: KText {
                    text: button.label
                    horizontalAlignment: button.glyph === "" ? Text.AlignHCenter : Text.AlignLeft
                    maximumLineCount: 2
                    font.pixelSize: button.textSize
                    font.weight: Font.DemiBold
                    color: button.filled ? Theme.overAccent : button.enabled ? Theme.ink : Theme.faint
                }
            }
        }
    }
}
