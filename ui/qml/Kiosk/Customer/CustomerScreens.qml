pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// Header, what stays true for a while, and the screen of the moment.
Item {
    id: root

    required property KioskModel kiosk

    function screen(view: string): Component {
        switch (view) {
        case "attract":
            return attract;
        case "scan":
            return scan;
        case "paying":
            return paying;
        case "doubt":
            return doubt;
        case "receipt":
            return receipt;
        case "thanks":
            return thanks;
        case "closed":
            return closed;
        }
        return null;
    }

    // Nothing to touch stands higher than can be reached; if that is much, it is for reading.
    Loader {
        active: Theme.split
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.wide
        height: Theme.blocked - Theme.wide - Theme.gap
        sourceComponent: AboveReach {
            kiosk: root.kiosk
        }
    }

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.wide
        anchors.topMargin: Math.max(Theme.wide, Theme.blocked)
        spacing: Theme.gap

        CustomerHeader {
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.bottomMargin: Theme.tight
            header: root.kiosk.header
            notice: root.kiosk.notice
            messages: root.kiosk.view === "scan"
            wordless: Theme.split
            marked: root.kiosk.view === "attract"
        }

        Loader {
            active: root.kiosk.banner_texts.length > 0 && !Theme.split
            visible: active
            Layout.fillWidth: true
            sourceComponent: banners
        }

        Loader {
            // The running list's messages stand in the header, so that nothing moves.
            active: root.kiosk.notice.present && root.kiosk.view !== "scan" && !Theme.split
            visible: active
            Layout.fillWidth: true
            sourceComponent: KStrip {
                large: true
                text: root.kiosk.notice.text
                tone: root.kiosk.notice.tone
                remedy: root.kiosk.notice.remedy
            }
        }

        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true

            Loader {
                id: stage

                anchors.fill: parent
                // What waits behind a sheet can be neither touched nor read.
                visible: !front.active
                sourceComponent: root.screen(root.kiosk.view)
                onLoaded: fade.restart()

                NumberAnimation {
                    id: fade

                    target: stage
                    property: "opacity"
                    from: Theme.motion ? 0 : 1
                    to: 1
                    duration: Theme.quick
                }
            }

            Loader {
                id: front

                anchors.fill: parent
                active: root.kiosk.sheet.kind !== ""
                sourceComponent: SheetLayer {
                    model: root.kiosk.sheet
                }
            }
        }
    }

    Component {
        id: banners

        GridLayout {
            columns: Theme.landscape ? Math.max(1, root.kiosk.banner_texts.length) : 1
            columnSpacing: Theme.gap
            rowSpacing: Theme.gap

            Repeater {
                model: root.kiosk.banner_texts

                KStrip {
                    required property int index
                    required property string modelData

                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.preferredWidth: 1
                    text: modelData
                    tone: root.kiosk.banner_tones[index] ?? ""
                    remedy: root.kiosk.banner_remedies[index] ?? ""
                }
            }
        }
    }
    Component {
        id: attract

        AttractScreen {
            attract: root.kiosk.attract
            header: root.kiosk.header
        }
    }
    Component {
        id: scan

        ScanScreen {
            scan: root.kiosk.scan
            hint: root.kiosk.header.subtitle
        }
    }
    Component {
        id: paying

        PayingScreen {
            paying: root.kiosk.paying
        }
    }
    Component {
        id: doubt

        DoubtScreen {
            doubt: root.kiosk.doubt
        }
    }
    Component {
        id: receipt

        ReceiptScreen {
            receipt: root.kiosk.receipt
        }
    }
    Component {
        id: thanks

        ThanksScreen {
            thanks: root.kiosk.thanks
        }
    }
    Component {
        id: closed

        ClosedScreen {
            closed: root.kiosk.closed
        }
    }
}
