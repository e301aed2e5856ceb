pragma Singleton
import QtQuick

// Every size, colour and duration. Sizes are set from the display's profile before anything is
// drawn (ui/profile.py); the numbers here are those of 1080x1920 on 21.5 inches.
QtObject {
    property bool landscape: false
    property int width: 1080
    property int height: 1920

    property int target: 81
    property int action: 109
    property int hair: 1
    property int edge: 2
    property int tight: 8
    property int snug: 12
    property int gap: 18
    property int wide: 28
    property int vast: 48
    property int corner: 16
    property int glyph: 38

    property int small: 26
    property int body: 29
    property int lead: 33
    property int title: 44
    property int headline: 58
    property int display: 70
    property int giant: 110
    property int money: 172
    property int count: 62
    // In low reach: so much of the top is for the eyes only.
    property int blocked: 0
    readonly property bool split: blocked > vast + 4 * title
    property bool contrast: false
    // A shop's own, looked through before they come here (kiosk/look.py); high contrast has its own.
    property color shopGround: "#f3f3ee"
    property color shopAccent: "#0b5c3b"
    property color shopPressed: "#08432b"
    property color shopAccentText: "#ffffff"
    // Width of the shop's logo to its height; 0: there is none.
    property real logo: 0

    readonly property string family: "Inter"
    // Of pictures: they are drawn anew where the colours are others.
    readonly property string variant: contrast ? "/contrast" : ""

    // Ground and text
    readonly property color ground: contrast ? "#000000" : shopGround
    readonly property color surface: contrast ? "#000000" : "#ffffff"
    readonly property color shade: contrast ? "#2b2b2b" : "#e4e6df"
    readonly property color ink: contrast ? "#ffffff" : "#15191c"
    readonly property color quiet: contrast ? "#ffffff" : "#4d555a"
    readonly property color faint: contrast ? "#c9c9c9" : "#686f73"
    readonly property color rule: contrast ? "#8a8a8a" : "#dfe1da"
    // Controls: the border is what makes a button, so it is seen (3:1 and more)
    readonly property color control: contrast ? "#ffffff" : "#757d82"
    readonly property color pressed: contrast ? "#3a3a3a" : "#e6e9e2"
    readonly property color focus: contrast ? "#00e5ff" : "#1553c0"
    // The next step, and only that
    readonly property color accent: contrast ? "#ffe14d" : shopAccent
    readonly property color accentPressed: contrast ? "#d9b800" : shopPressed
    readonly property color overAccent: contrast ? "#000000" : shopAccentText
    readonly property color laser: contrast ? "#ff6b5e" : "#c62f24"
    // Messages: ground and text of each tone
    readonly property color info: contrast ? "#00142e" : "#e2ecf8"
    readonly property color infoInk: contrast ? "#bfe0ff" : "#123d70"
    readonly property color good: contrast ? "#00240f" : "#dcefe4"
    readonly property color goodInk: contrast ? "#a8ffcb" : "#0b4e33"
    readonly property color warning: contrast ? "#2b1e00" : "#ffecc4"
    readonly property color warningInk: contrast ? "#ffdf8f" : "#5f3d00"
    readonly property color error: contrast ? "#330500" : "#fbe1dd"
    readonly property color errorInk: contrast ? "#ffc9c2" : "#861a11"

    // Motion. Off: nothing moves, every change is at once.
    property bool motion: true
    readonly property int quick: motion ? 140 : 0
    readonly property int slow: 1600

    function toneGround(tone: string): color {
        return tone === "good" ? good : tone === "warning" ? warning : tone === "error" ? error : info;
    }

    function toneInk(tone: string): color {
        return tone === "good" ? goodInk : tone === "warning" ? warningInk : tone === "error" ? errorInk : infoInk;
    }
}
