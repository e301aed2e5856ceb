pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls

// One article with its children; the rule comes after all of them.
Item {
    id: row

    required property int index
    required property string name
    required property string detail
    required property string amount
    required property string quantity
    required property string badge
    required property var childLabels
    required property var childAmounts
    required property string less
    required property string lessSpoken
    required property bool lessLive
    required property string more
    required property string moreSpoken
    required property bool moreLive
    required property string remove
    required property string removeSpoken
    required property bool removeLive

    signal pressed(name: string)

    // What keys can walk through in this row, in its order.
    function stops(): list<KButton> {
        const inside = steps.item as KStepper;
        return [trash, ...(inside ? inside.stops() : [])].filter(each => each.enabled);
    }

    implicitHeight: body.implicitHeight + 2 * Theme.tight + Theme.hair

    ColumnLayout {
        id: body

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.topMargin: Theme.tight
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.snug

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0

                KText {
                    Layout.fillWidth: true
                    text: row.name
                    maximumLineCount: 2
                    lineHeight: 0.95
                    font.pixelSize: Theme.lead
                    font.weight: Font.DemiBold
                }

                RowLayout {
                    Layout.fillWidth: true
                    spacing: Theme.gap

                    KText {
                        Layout.fillWidth: true
                        Layout.maximumWidth: implicitWidth + 1
                        text: row.detail
                        // Text that wraps knows its natural width only until its letters grow.
                        wrapMode: Text.NoWrap
                        maximumLineCount: 1
                        color: Theme.quiet
                        font.pixelSize: Theme.small
                    }

                    Loader {
                        active: row.badge !== ""
                        visible: active
                        Layout.maximumWidth: Theme.money
                        sourceComponent: KBadge {
                            text: row.badge
                        }
                    }

                    Item {
                        Layout.fillWidth: true
                    }
                }
            }

            KButton {
                id: trash

                name: row.remove
                // The list itself is what Tab comes to; it leads on from row to row.
                focusPolicy: Qt.ClickFocus
                spoken: row.removeSpoken
                glyph: "trash"
                naked: true
                enabled: row.removeLive
                onClicked: row.pressed(name)
            }

            Loader {
                id: steps

                active: row.less !== "" || row.more !== ""
                Layout.preferredWidth: 2 * Theme.target + Theme.count
                Layout.preferredHeight: Theme.target
                sourceComponent: KStepper {
                    quantity: row.quantity
                    less: row.less
                    lessSpoken: row.lessSpoken
                    lessLive: row.lessLive
                    more: row.more
                    moreSpoken: row.moreSpoken
                    moreLive: row.moreLive
                    onPressed: name => row.pressed(name)
                }
            }

            KText {
                Layout.preferredWidth: Theme.money
                horizontalAlignment: Text.AlignRight
                wrapMode: Text.NoWrap
                text: row.amount
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Theme.small
                font.pixelSize: Theme.lead
                font.weight: Font.DemiBold
            }
        }

        Repeater {
            model: row.childLabels

            RowLayout {
                id: child

                required property int index
                required property string modelData

                Layout.fillWidth: true
                Layout.leftMargin: Theme.wide
                Layout.bottomMargin: Theme.tight
                spacing: Theme.snug

                KText {
                    Layout.fillWidth: true
                    text: child.modelData
                    maximumLineCount: 1
                    color: Theme.quiet
                    font.pixelSize: Theme.small
                }

                KText {
                    text: row.childAmounts[child.index] ?? ""
                    wrapMode: Text.NoWrap
                    color: Theme.quiet
                    font.pixelSize: Theme.small
                    font.weight: Font.Medium
                }
            }
        }
    }

    Rectangle {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: Theme.hair
        color: Theme.rule
    }
}
