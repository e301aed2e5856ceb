import QtQuick
import QtQuick.Templates as T
import Kiosk.Theme

// What may be longer than its place: scrolled by a finger, with a bar that says how much there is.
Flickable {
    id: area

    readonly property int room: bar.visible ? bar.width + Theme.tight : 0
    // Where what is scrolled begins: beside the bar, which stands at the end of the lines.
    readonly property int start: LayoutMirroring.enabled ? room : 0

    objectName: "scroll"
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    interactive: contentHeight > height
    T.ScrollBar.vertical: T.ScrollBar {
        id: bar

        parent: area
        anchors.top: area.top
        anchors.bottom: area.bottom
        anchors.right: area.right
        width: Theme.snug
        visible: size < 1
        interactive: false
        Accessible.ignored: true

        contentItem: Rectangle {
            implicitWidth: Theme.snug
            radius: width / 2
            color: Theme.control
        }
    }
}
