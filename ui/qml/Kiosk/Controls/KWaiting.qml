import QtQuick
import Kiosk.Theme

// Something is under way and nobody knows how long: a bar that wanders. Still where motion is off.
Rectangle {
    id: track

    implicitWidth: Theme.target * 4
    implicitHeight: Theme.tight
    radius: height / 2
    color: Theme.shade
    Accessible.ignored: true

    Rectangle {
        id: bead

        width: track.width / 4
        height: track.height
        radius: height / 2
        color: Theme.accent
        x: (track.width - width) / 2

        SequentialAnimation on x {
            running: Theme.motion && track.visible
            loops: Animation.Infinite

            NumberAnimation {
                from: 0
                to: track.width - bead.width
                duration: Theme.slow
                easing.type: Easing.InOutSine
            }
            NumberAnimation {
                from: track.width - bead.width
                to: 0
                duration: Theme.slow
                easing.type: Easing.InOutSine
            }
        }
    }
}
