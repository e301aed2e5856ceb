// Lets the kiosk's user talk to the PC/SC daemon where that was built with polkit, though nobody is
// logged in at the machine. Goes to /etc/polkit-1/rules.d/50-kiosk-pcsc.rules.
// Origin of the two actions: pcsc-lite, doc/org.debian.pcsc-lite.policy.
polkit.addRule(function (action, subject) {
    var ours = action.id == "org.debian.pcsc-lite.access_pcsc" ||
        action.id == "org.debian.pcsc-lite.access_card";
    if (ours && subject.isInGroup("kiosk")) {
        return polkit.Result.YES;
    }
});
