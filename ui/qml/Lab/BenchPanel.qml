import QtQuick
import QtQuick.Layouts
import Kiosk.Models

// The bench as a whole: a window of its own, or beside the kiosk.
Rectangle {
    id: panel

    required property BenchModel bench

    color: BenchTheme.ground

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: BenchTheme.wide
        spacing: BenchTheme.gap

        RowLayout {
            Layout.fillWidth: true
            spacing: BenchTheme.gap

            BText {
                Layout.fillWidth: true
                text: "Tap milk, press Bezahlen, approve."
                font.pixelSize: BenchTheme.title
                font.weight: Font.DemiBold
            }

            BText {
                Layout.maximumWidth: panel.width * 0.4
                text: panel.bench.said
                color: BenchTheme.quiet
            }
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.fillHeight: true
            spacing: BenchTheme.gap

            ColumnLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 11
                spacing: BenchTheme.gap

                ScannerCard {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    bench: panel.bench
                }

                ReaderCard {
                    Layout.fillWidth: true
                    bench: panel.bench
                }
            }

            ColumnLayout {
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredWidth: 9
                spacing: BenchTheme.gap

                TerminalCard {
                    Layout.fillWidth: true
                    bench: panel.bench
                }

                ScaleCard {
                    Layout.fillWidth: true
                    bench: panel.bench
                }

                PrinterCard {
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    bench: panel.bench
                }
            }
        }

        WireLog {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.round(BenchTheme.key * 1.8)
            bench: panel.bench
        }
    }
}
