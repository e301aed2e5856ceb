import QtQuick

Text {
    textFormat: Text.PlainText
    elide: Text.ElideRight
    color: BenchTheme.ink
    font.family: BenchTheme.family
    font.pixelSize: BenchTheme.body
    font.features: ({
            "tnum": 1
        })
}
