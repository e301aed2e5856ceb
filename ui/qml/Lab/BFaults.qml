pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.Models

// The faults of one device, as switches.
Flow {
    id: faults

    required property BenchModel bench
    required property string device

    spacing: BenchTheme.tight

    Repeater {
        model: faults.bench.fault_names.filter(name => name.startsWith(faults.device))

        BButton {
            id: chip

            required property string modelData

            name: "fault-" + modelData
            label: faults.bench.fault_labels[faults.bench.fault_names.indexOf(modelData)] ?? ""
            faulty: faults.bench.faults.indexOf(modelData) >= 0
            height: Math.round(BenchTheme.key * 0.86)
            checked: faulty
            Accessible.checkable: true
            onClicked: faults.bench.toggle(chip.modelData)
        }
    }
}
