pragma Singleton
import QtQuick

// The bench is dark so that nobody takes it for the shop. Its unit is a thousandth of its height.
QtObject {
    property real unit: 1
    property bool motion: true

    readonly property int tight: Math.round(6 * unit)
    readonly property int gap: Math.round(12 * unit)
    readonly property int wide: Math.round(20 * unit)
    readonly property int corner: Math.round(9 * unit)
    readonly property int edge: Math.max(1, Math.round(1.2 * unit))
    readonly property int key: Math.round(46 * unit)
    readonly property int small: Math.round(13 * unit)
    readonly property int body: Math.round(15 * unit)
    readonly property int lead: Math.round(18 * unit)
    readonly property int title: Math.round(24 * unit)
    readonly property int roll: motion ? 900 : 0

    readonly property string family: "Inter"
    readonly property color ground: "#0e1316"
    readonly property color card: "#192126"
    readonly property color well: "#0a0e10"
    readonly property color raised: "#28333a"
    readonly property color down: "#3a4851"
    readonly property color edgeColor: "#74848e"
    readonly property color ink: "#f0f4f5"
    readonly property color quiet: "#a6b3bb"
    readonly property color accent: "#2563d9"
    readonly property color accentDown: "#1b4cad"
    readonly property color glow: "#b5f5cf"
    readonly property color fine: "#43d17f"
    readonly property color bad: "#ff8a73"
    readonly property color fault: "#5b2018"
    readonly property list<color> tints: ["#3f7f63", "#3f6c9a", "#9a6b2f", "#8a4a63", "#6a5aa3", "#4f7d2f"]
}
