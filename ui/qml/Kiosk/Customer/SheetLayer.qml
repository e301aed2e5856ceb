pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.Theme
import Kiosk.Controls
import Kiosk.Models

// The sheet in front of a screen.
KPanel {
    id: layer

    required property SheetModel model

    objectName: "sheet"

    function sheet(kind: string): Component {
        switch (kind) {
        case "choice":
            return choice;
        case "goods":
            return goods;
        case "keypad":
            return keypad;
        case "note":
            return note;
        case "review":
            return review;
        }
        return null;
    }

    Loader {
        anchors.fill: parent
        anchors.margins: Theme.wide
        sourceComponent: layer.sheet(layer.model.kind)
    }

    Component {
        id: choice

        ChoiceSheet {
            model: layer.model
        }
    }
    Component {
        id: goods

        GoodsSheet {
            model: layer.model
        }
    }
    Component {
        id: keypad

        KeypadSheet {
            model: layer.model
        }
    }
    Component {
        id: review

        ReviewSheet {
            model: layer.model
        }
    }
    Component {
        id: note

        NoteSheet {
            model: layer.model
        }
    }
}
