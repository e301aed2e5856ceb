pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// The article touched last, large, with the way back.
GridLayout {
    id: article

    required property HeroModel hero
    required property bool stacked
    // Room for a long name in large letters.
    readonly property bool roomy: height >= 2.5 * Theme.headline + Theme.lead + Theme.target + 5 * Theme.gap

    columns: 2
    columnSpacing: Theme.wide
    rowSpacing: Theme.gap

    KText {
        Layout.columnSpan: article.stacked ? 2 : 1
        Layout.fillWidth: true
        Layout.minimumHeight: article.stacked ? 0 : Theme.display * 1.21
        verticalAlignment: Text.AlignVCenter
        text: article.hero.name
        maximumLineCount: article.stacked && !article.roomy ? 1 : 2
        font.pixelSize: article.stacked && article.roomy ? Theme.headline : Theme.title
        font.weight: Font.DemiBold
    }

    KText {
        Layout.row: article.stacked ? 3 : 0
        Layout.column: 1
        Layout.alignment: Qt.AlignRight | Qt.AlignVCenter
        Layout.maximumWidth: article.width * 0.52
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.lead
        horizontalAlignment: Text.AlignRight
        text: article.hero.amount
        wrapMode: Text.NoWrap
        maximumLineCount: 1
        font.pixelSize: Theme.display
        font.weight: Font.Bold
    }

    RowLayout {
        Layout.row: 1
        Layout.column: 0
        Layout.columnSpan: article.stacked ? 2 : 1
        Layout.fillWidth: true
        spacing: Theme.gap

        KText {
            Layout.fillWidth: true
            Layout.maximumWidth: implicitWidth + 1
            wrapMode: Text.NoWrap
            text: article.hero.detail
            maximumLineCount: 1
            color: Theme.quiet
            font.pixelSize: Theme.lead
        }

        Loader {
            active: article.hero.badge !== ""
            visible: active
            Layout.maximumWidth: Theme.money * 1.5
            sourceComponent: KBadge {
                text: article.hero.badge
            }
        }

        Item {
            Layout.fillWidth: true
        }
    }

    Item {
        visible: article.stacked
        Layout.row: 2
        Layout.columnSpan: 2
        Layout.fillHeight: true
    }

    Item {
        Layout.row: article.stacked ? 3 : 1
        Layout.column: article.stacked ? 0 : 1
        Layout.fillWidth: article.stacked
        Layout.alignment: article.stacked ? Qt.AlignLeft : Qt.AlignRight
        implicitWidth: undo.implicitWidth
        implicitHeight: Theme.target

        Loader {
            id: undo

            anchors.left: parent.left
            active: article.hero.undo.present
            sourceComponent: KAction {
                intent: article.hero.undo
                glyph: "undo"
            }
        }
    }
}
