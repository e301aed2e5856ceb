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

    readonly property string family: "Inter"
    // Of pictures: they are drawn anew where the colours are others.
    readonly property string variant: ""

    // Ground and text
    readonly property color ground: "#f3f3ee"
    readonly property color surface: "#ffffff"
    readonly property color shade: "#e4e6df"
    readonly property color ink: "#15191c"
    readonly property color quiet: "#4d555a"
    readonly property color faint: "#686f73"
    readonly property color rule: "#dfe1da"
    // Controls: the border is what makes a button, so it is seen (3:1 and more)
    readonly property color control: "#757d82"
    readonly property color pressed: "#e6e9e2"
    readonly property color focus: "#1553c0"
    // The next step, and only that
    readonly property color accent: "#0b5c3b"
    readonly property color accentPressed: "#08432b"
    readonly property color overAccent: "#ffffff"
    readonly property color laser: "#c62f24"
    // Messages: ground and text of each tone
    readonly property color info: "#e2ecf8"
    readonly property color infoInk: "#123d70"
    readonly property color good: "#dcefe4"
    readonly property color goodInk: "#0b4e33"
    readonly property color warning: "#ffecc4"
    readonly property color warningInk: "#5f3d00"
    readonly property color error: "#fbe1dd"
    readonly property color errorInk: "#861a11"

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
