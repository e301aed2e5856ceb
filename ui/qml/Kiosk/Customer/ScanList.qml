pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// The articles. A new one comes into sight; what changes otherwise leaves the scroll where it is.
KPanel {
    id: panel

    required property ScanModel scan

    ListView {
        id: list

        objectName: "lines"
        anchors.fill: parent
        anchors.margins: Theme.edge
        anchors.leftMargin: Theme.wide
        anchors.rightMargin: Theme.wide
        clip: true
        topMargin: Theme.tight
        boundsBehavior: Flickable.StopAtBounds
        // There is no current item; its unseen highlight would be animated for seconds.
        highlightFollowsCurrentItem: false
        currentIndex: -1
        // No rows made ahead in the background: Qt warns when they are gone before they are ready.
        cacheBuffer: 0
        model: panel.scan.lines
        interactive: contentHeight + topMargin > height
        Accessible.role: Accessible.List
        Accessible.name: panel.scan.total_label
        onCountChanged: {
            following = following || count > known;
            known = count;
            Qt.callLater(follow);
        }
        onHeightChanged: Qt.callLater(follow)
        onMovementStarted: following = false

        property int known: 0
        property bool following: true

        function follow() {
            if (following)
                positionViewAtEnd();
        }

        function reveal(row: int) {
            following = false;
            positionViewAtIndex(row, ListView.Contain);
        }

        delegate: ScanRow {
            width: ListView.view.width
            onPressed: name => panel.scan.lines.press(name)
        }
    }

    T.ScrollBar {
        anchors.top: list.top
        anchors.bottom: list.bottom
        anchors.right: parent.right
        anchors.rightMargin: Theme.edge
        padding: Theme.edge
        width: Theme.snug
        visible: size < 1
        size: list.visibleArea.heightRatio
        position: list.visibleArea.yPosition
        orientation: Qt.Vertical
        interactive: false
        Accessible.ignored: true

        contentItem: Rectangle {
            radius: width / 2
            color: Theme.control
        }
    }

    Loader {
        active: !panel.scan.filled
        anchors.fill: parent
        anchors.margins: Theme.vast
        sourceComponent: Item {
            Column {
                anchors.centerIn: parent
                width: parent.width
                spacing: Theme.wide

                KPicture {
                    anchors.horizontalCenter: parent.horizontalCenter
                    width: Math.min(panel.width, panel.height) * 0.5
                    height: width * 0.84
                    motif: "scan"
                }

                KText {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: panel.scan.empty
                    font.pixelSize: Theme.title
                    font.weight: Font.DemiBold
                }
            }
        }
    }
}
