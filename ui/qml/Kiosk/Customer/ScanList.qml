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

        // Rows are made when they come into sight, so their buttons cannot be a chain of Qt's own: keys
        // come to the list, go through it in its order, and leave it again.
        activeFocusOnTab: count > 0
        onActiveFocusChanged: if (activeFocus && !walker.stop)
            walker.enter(0, 1)
        Keys.onTabPressed: event => event.accepted = walker.step(1)
        Keys.onBacktabPressed: event => event.accepted = walker.step(-1)

        QtObject {
            id: walker

            readonly property KButton stop: list.Window.activeFocusItem as KButton

            function row(at: int): ScanRow {
                list.following = false;
                list.positionViewAtIndex(at, ListView.Contain);
                return list.itemAtIndex(at) as ScanRow;
            }

            function enter(first: int, by: int): bool {
                for (let at = first; at >= 0 && at < list.count; at += by) {
                    const found = row(at).stops();
                    if (found.length > 0) {
                        found[by > 0 ? 0 : found.length - 1].forceActiveFocus(Qt.TabFocusReason);
                        return true;
                    }
                }
                // Forgotten, so that the next round begins at an end again and not where this one was.
                if (stop)
                    stop.focus = false;
                const beyond = (by > 0 ? tail : list).nextItemInFocusChain(by > 0);
                beyond.forceActiveFocus(by > 0 ? Qt.TabFocusReason : Qt.BacktabFocusReason);
                return true;
            }

            function step(by: int): bool {
                for (let at = 0; at < list.count; at++) {
                    const found = (list.itemAtIndex(at) as ScanRow)?.stops() ?? [];
                    const place = found.indexOf(stop);
                    if (place < 0)
                        continue;
                    if (!found[place + by])
                        return enter(at + by, by);
                    found[place + by].forceActiveFocus(Qt.TabFocusReason);
                    return true;
                }
                return false;
            }
        }

        delegate: ScanRow {
            width: ListView.view.width
            onPressed: name => panel.scan.lines.press(name)
        }
    }

    // Where keys come from behind.
    Item {
        id: tail

        activeFocusOnTab: list.count > 0
        Accessible.ignored: true
        onActiveFocusChanged: if (activeFocus)
            walker.enter(list.count - 1, -1)
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
