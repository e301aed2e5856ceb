pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Something to read, and what can be done about it.
ColumnLayout {
    id: sheet

    required property SheetModel model

    spacing: Theme.wide

    SheetHead {
        Layout.fillWidth: true
        title: sheet.model.title
        text: ""
    }

    GridLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        columns: Theme.landscape ? 2 : 1
        columnSpacing: Theme.vast
        rowSpacing: Theme.wide

        KScroll {
            id: area

            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 3
            Layout.preferredHeight: 2
            contentHeight: paragraphs.implicitHeight

            ColumnLayout {
                id: paragraphs

                x: area.start
                width: area.width - area.room
                spacing: Theme.wide

                Repeater {
                    model: sheet.model.paragraphs

                    KText {
                        required property string modelData

                        Layout.fillWidth: true
                        text: modelData
                        elide: Text.ElideNone
                        font.pixelSize: Theme.lead
                    }
                }
            }
        }

        Loader {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 2
            Layout.preferredHeight: 3
            active: sheet.model.slot !== ""
            visible: active
            sourceComponent: PrivateCode {
                objectName: "join-code"
                source: sheet.model
                slot: sheet.model.slot
                Accessible.role: Accessible.Graphic
                Accessible.name: sheet.model.title
            }
        }
    }

    Repeater {
        model: sheet.model.options.items

        KOption {
            required property OptionModel modelData

            Layout.fillWidth: true
            Layout.preferredHeight: Theme.action
            choice: modelData
            textSize: Theme.lead
        }
    }

    KAction {
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.action
        intent: sheet.model.close
        textSize: Theme.title
    }
}
