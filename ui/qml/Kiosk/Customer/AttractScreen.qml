pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Nobody is here: three pictures say how it goes, and a touch anywhere starts.
Item {
    id: screen

    required property AttractModel attract
    required property HeaderModel header
    readonly property list<string> motifs: ["scan", "pay", "receipt"]
    readonly property bool wide: Theme.landscape

    MouseArea {
        anchors.fill: parent
        Accessible.ignored: true
        onClicked: screen.attract.start.press()
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.wide

        KPanel {
            Layout.fillWidth: true
            Layout.fillHeight: true

            GridLayout {
                anchors.fill: parent
                anchors.margins: Theme.vast
                columns: screen.wide ? Math.max(1, screen.attract.steps.length) : 1
                columnSpacing: Theme.vast
                rowSpacing: Theme.wide

                Repeater {
                    model: screen.attract.steps

                    GridLayout {
                        id: step

                        required property int index
                        required property string modelData

                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        Layout.preferredWidth: 1
                        Layout.preferredHeight: 1
                        columns: screen.wide ? 1 : 2
                        columnSpacing: Theme.vast
                        rowSpacing: Theme.gap

                        KPicture {
                            Layout.fillWidth: true
                            Layout.fillHeight: true
                            Layout.preferredWidth: screen.wide ? 1 : 4
                            motif: screen.motifs[step.index % screen.motifs.length]
                        }

                        RowLayout {
                            Layout.fillWidth: true
                            Layout.preferredWidth: screen.wide ? 1 : 5
                            Layout.minimumHeight: 2.5 * Theme.title
                            spacing: Theme.gap

                            Rectangle {
                                Layout.preferredWidth: Theme.title * 1.5
                                Layout.preferredHeight: Theme.title * 1.5
                                radius: height / 2
                                color: Theme.good

                                KText {
                                    anchors.centerIn: parent
                                    text: step.index + 1
                                    color: Theme.goodInk
                                    font.pixelSize: Theme.lead
                                    font.weight: Font.Bold
                                }
                            }

                            KText {
                                Layout.fillWidth: true
                                text: step.modelData
                                maximumLineCount: 3
                                font.pixelSize: Theme.title
                                font.weight: Font.DemiBold
                            }
                        }
                    }
                }
            }
        }

        Loader {
            Layout.fillWidth: true
            active: screen.attract.briefing.present
            visible: active
            sourceComponent: BriefingStrip {
                briefing: screen.attract.briefing
            }
        }

        KLanguages {
            Layout.fillWidth: true
            labels: screen.header.languages
            names: screen.header.language_names
            current: screen.header.language
            onChosen: name => screen.header.press(name)
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.wide
            Layout.rightMargin: Theme.wide
            spacing: Theme.gap

            KIcon {
                glyph: "card"
                tone: "quiet"
            }

            KText {
                Layout.fillWidth: true
                text: screen.attract.tenders
                maximumLineCount: 2
                color: Theme.quiet
                font.pixelSize: Theme.lead
            }
        }

        Loader {
            active: screen.attract.again.present
            visible: active
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.action
            sourceComponent: KAction {
                intent: screen.attract.again
                textSize: Theme.lead
            }
        }

        KAction {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.action * 1.35
            intent: screen.attract.start
            primary: true
            textSize: Theme.title
        }
    }
}
