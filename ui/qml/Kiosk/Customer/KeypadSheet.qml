pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Digits to type. They stay in the model of the window until they are complete.
GridLayout {
    id: sheet

    required property SheetModel model
    // Four rows of keys in what the words, the field and the way back leave.
    readonly property int rest: Theme.landscape ? height - 3 * Theme.gap : height - 2 * Theme.action - 5 * Theme.headline - 6 * Theme.gap
    readonly property int side: Math.max(Theme.target, Math.min(Theme.action * 1.3, rest / 4))

    columns: Theme.landscape ? 2 : 1
    columnSpacing: Theme.vast
    rowSpacing: Theme.wide

    ColumnLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        spacing: Theme.wide

        SheetHead {
            Layout.fillWidth: true
            title: sheet.model.title
            text: sheet.model.text
        }

        Item {
            Layout.fillHeight: true
        }

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.action
            radius: Theme.corner
            color: Theme.ground
            border.width: Theme.edge
            border.color: Theme.control
            Accessible.role: Accessible.StaticText
            Accessible.name: sheet.model.typed

            KText {
                objectName: "typed"
                anchors.centerIn: parent
                width: parent.width - 2 * Theme.wide
                horizontalAlignment: Text.AlignHCenter
                text: sheet.model.typed
                wrapMode: Text.NoWrap
                elide: Text.ElideLeft
                font.pixelSize: Theme.headline
                font.weight: Font.Bold
                font.letterSpacing: Theme.tight
            }
        }

        KAction {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.action
            visible: Theme.landscape
            intent: sheet.model.close
            textSize: Theme.title
        }
    }

    GridLayout {
        // Digits stand in the same order in every language.
        LayoutMirroring.enabled: false
        LayoutMirroring.childrenInherit: true
        Layout.alignment: Qt.AlignHCenter
        columns: 3
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap

        Repeater {
            model: ["1", "2", "3", "4", "5", "6", "7", "8", "9"]

            KKey {
                required property string modelData

                Layout.preferredWidth: sheet.side * 1.5
                Layout.preferredHeight: sheet.side
                name: "digit-" + modelData
                label: modelData
                onClicked: sheet.model.digit(modelData)
            }
        }

        KKey {
            Layout.preferredWidth: sheet.side * 1.5
            Layout.preferredHeight: sheet.side
            name: "digit-back"
            label: ""
            glyph: "backspace"
            spoken: sheet.model.spoken_back
            enabled: sheet.model.typed !== ""
            onClicked: sheet.model.rub()
        }

        KKey {
            Layout.preferredWidth: sheet.side * 1.5
            Layout.preferredHeight: sheet.side
            name: "digit-0"
            label: "0"
            onClicked: sheet.model.digit("0")
        }

        KButton {
            Layout.preferredWidth: sheet.side * 1.5
            Layout.preferredHeight: sheet.side
            name: "digits-done"
            spoken: ""
            label: sheet.model.done
            primary: true
            enabled: sheet.model.typed !== ""
            textSize: Theme.lead
            onClicked: sheet.model.finish()
        }
    }

    KAction {
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.action
        visible: !Theme.landscape
        intent: sheet.model.close
        textSize: Theme.title
    }
}
