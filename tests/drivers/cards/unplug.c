/* A driver for the PC/SC daemon that hands everything to the virtual reader's own, and says that there
 * is no reader while a file exists: a cable that is pulled. Interface: PC/SC IFD handler 3.0. */
#include <dlfcn.h>
#include <stddef.h>
#include <unistd.h>

typedef long RESPONSECODE;
typedef unsigned long DWORD;
typedef char *LPSTR;
typedef unsigned char *PUCHAR;
typedef DWORD *PDWORD;
typedef struct { DWORD Protocol; DWORD Length; } SCARD_IO_HEADER, *PSCARD_IO_HEADER;

#define NO_SUCH_DEVICE 617
#define AWAY (access(UNPLUGGED, F_OK) == 0)

static void *inner(const char *name)
{
    static void *library;
    if (!library)
        library = dlopen(INNER, RTLD_NOW | RTLD_LOCAL);
    return library ? dlsym(library, name) : NULL;
}

#define FORWARD(name, types, values)                                   \
    RESPONSECODE name types                                            \
    {                                                                  \
        RESPONSECODE(*call) types = (RESPONSECODE(*) types)inner(#name); \
        if (AWAY || !call)                                             \
            return NO_SUCH_DEVICE;                                     \
        return call values;                                            \
    }

FORWARD(IFDHCreateChannelByName, (DWORD lun, LPSTR name), (lun, name))
FORWARD(IFDHCreateChannel, (DWORD lun, DWORD channel), (lun, channel))
FORWARD(IFDHGetCapabilities, (DWORD lun, DWORD tag, PDWORD length, PUCHAR value),
        (lun, tag, length, value))
FORWARD(IFDHSetCapabilities, (DWORD lun, DWORD tag, DWORD length, PUCHAR value),
        (lun, tag, length, value))
FORWARD(IFDHSetProtocolParameters,
        (DWORD lun, DWORD protocol, unsigned char flags, unsigned char a, unsigned char b,
         unsigned char c),
        (lun, protocol, flags, a, b, c))
FORWARD(IFDHPowerICC, (DWORD lun, DWORD action, PUCHAR atr, PDWORD length),
        (lun, action, atr, length))
FORWARD(IFDHTransmitToICC,
        (DWORD lun, SCARD_IO_HEADER send, PUCHAR tx, DWORD tx_length, PUCHAR rx, PDWORD rx_length,
         PSCARD_IO_HEADER receive),
        (lun, send, tx, tx_length, rx, rx_length, receive))
FORWARD(IFDHControl,
        (DWORD lun, DWORD code, PUCHAR tx, DWORD tx_length, PUCHAR rx, DWORD rx_length, PDWORD returned),
        (lun, code, tx, tx_length, rx, rx_length, returned))
FORWARD(IFDHICCPresence, (DWORD lun), (lun))

RESPONSECODE IFDHCloseChannel(DWORD lun)
{
    RESPONSECODE (*call)(DWORD) = (RESPONSECODE(*)(DWORD))inner("IFDHCloseChannel");
    return call ? call(lun) : 0;
}
