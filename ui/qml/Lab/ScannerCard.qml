pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Kiosk.Models

// The shelf: touching an article holds it before the scanner. Below, any code by its digits.
BCard {
    id: card

    required property BenchModel bench

    title: "Scanner"
    status: bench.scanner_state
    troubled: bench.faults.some(name => name.startsWith("scanner"))

    GridView {
        id: shelf

        readonly property int across: 3

        Layout.fillWidth: true
        Layout.fillHeight: true
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        // There is no current item; its unseen highlight would be animated for seconds.
        highlightFollowsCurrentItem: false
        currentIndex: -1
        cellWidth: Math.floor(width / across)
        cellHeight: Math.round(BenchTheme.key * 1.75)
        model: card.bench.names
        Accessible.role: Accessible.List
        Accessible.name: "Shelf"

        delegate: T.AbstractButton {
            id: tile

            required property int index
            required property string modelData
            readonly property string code: card.bench.codes[index] ?? ""

            objectName: "shelf-" + code
            width: shelf.cellWidth - BenchTheme.tight
            height: shelf.cellHeight - BenchTheme.tight
            focusPolicy: Qt.StrongFocus
            Accessible.role: Accessible.Button
            Accessible.name: modelData
            Accessible.onPressAction: tile.click()
            onClicked: card.bench.order("scan " + code)

            background: Rectangle {
                radius: BenchTheme.corner
                color: tile.down ? BenchTheme.down : BenchTheme.raised
                border.width: tile.visualFocus ? BenchTheme.edge * 2 : BenchTheme.edge
                border.color: tile.visualFocus ? BenchTheme.ink : BenchTheme.edgeColor

                Rectangle {
                    anchors.left: parent.left
                    anchors.top: parent.top
                    anchors.bottom: parent.bottom
                    anchors.margins: BenchTheme.tight
                    width: BenchTheme.tight
                    radius: width / 2
                    color: BenchTheme.tints[tile.index % BenchTheme.tints.length]
                }
            }

            contentItem: Item {
                ColumnLayout {
                    anchors.fill: parent
                    anchors.leftMargin: BenchTheme.wide
                    anchors.margins: BenchTheme.tight
                    spacing: 0

                    BText {
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        text: tile.modelData
                        wrapMode: Text.Wrap
                        maximumLineCount: 2
                        font.pixelSize: BenchTheme.small
                        font.weight: Font.DemiBold
                    }

                    RowLayout {
                        Layout.fillWidth: true

                        BText {
                            Layout.fillWidth: true
                            text: card.bench.prices[tile.index] ?? ""
                            color: BenchTheme.quiet
                            font.pixelSize: BenchTheme.small
                        }

                        BText {
                            text: card.bench.badges[tile.index] ?? ""
                            color: BenchTheme.glow
                            font.pixelSize: BenchTheme.small
                        }
                    }
                }
            }
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: BenchTheme.tight

        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: BenchTheme.key
            radius: BenchTheme.corner
            color: BenchTheme.well

            BText {
                anchors.fill: parent
                anchors.leftMargin: BenchTheme.gap
                anchors.rightMargin: BenchTheme.gap
                verticalAlignment: Text.AlignVCenter
                elide: Text.ElideLeft
                text: card.bench.typed !== "" ? card.bench.typed : "any code, by digits"
                color: card.bench.typed !== "" ? BenchTheme.ink : BenchTheme.quiet
            }
        }

        BButton {
            name: "digit-back"
            label: "⌫"
            Accessible.name: "Delete the last digit"
            onClicked: card.bench.type("back")
        }

        BButton {
            name: "digit-scan"
            label: "Scan"
            primary: card.bench.typed !== ""
            onClicked: card.bench.type("scan")
        }

        BButton {
            name: "digit-card"
            label: "Card"
            Accessible.name: "Show a customer card with this number"
            onClicked: card.bench.type("card")
        }
    }

    GridLayout {
        Layout.fillWidth: true
        columns: 5
        columnSpacing: BenchTheme.tight
        rowSpacing: BenchTheme.tight

        Repeater {
            model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]

            BButton {
                required property string modelData

                Layout.fillWidth: true
                name: "digit-" + modelData
                label: modelData
                onClicked: card.bench.type(modelData)
            }
        }
    }

    BButton {
        Layout.fillWidth: true
        name: "release"
        label: "Staff release the age-restricted articles"
        onClicked: card.bench.order("release")
    }

    BFaults {
        Layout.fillWidth: true
        bench: card.bench
        device: "scanner"
    }
}
