/** How the guest learns the rate of its time stamp counter. */
export type GuestClock =
  { readonly accelerator: "kvm" } | { readonly accelerator: "tcg"; readonly tscKhz: number };

const COMMON = [
  "console=ttyS0",
  "quiet",
  // Panic and reboot become a triple fault, which `-no-reboot` turns into the end of QEMU.
  "panic=-1",
  "reboot=t",
  "random.trust_cpu=on",
  // A microvm has no PCI bus and one UART; looking for more costs boot time.
  "pci=off",
  "8250.nr_uarts=1",
  "cryptomgr.notests",
  // Accounting and access modules that nobody asks in a single-tenant guest; each lies on the path of every fork.
  "psi=0",
  "audit=0",
  // Each of the others is asked about every read and write; `selinux=0` alone does not keep it out of that.
  "lsm=landlock,yama",
  // A huge page that one write touches would be 2 MiB of private memory in a child.
  "transparent_hugepage=never",
  // A machine that stood still, or waits for a busy host, is not locked up.
  "nowatchdog",
  "forkd.root=/dev/vda",
  "forkd.rootfstype=ext4",
];

/** The guest kernel's command line. */
export function kernelCommandLine(clock: GuestClock): string {
  return [...COMMON, ...clockParameters(clock)].join(" ");
}

/**
 * An emulated guest reads the host's time stamp counter and can only measure its rate against the PIT, in a loop
 * that a busy host makes fail; without a rate the kernel hangs before its console works. So it is told the rate.
 * `tsc=reliable`: the watchdog compares the counter with jiffies, which lose ticks under emulation and while a
 * machine stands still, and would then fall back to jiffies as the clock.
 * Mitigations guard against speculation, which emulated code does not have; they cost it a tenth of its speed.
 * Accounting memory by groups lies on the path of every page that a child writes, and is translated in each.
 * https://www.kernel.org/doc/html/v6.1/admin-guide/kernel-parameters.html
 */
function clockParameters(clock: GuestClock): string[] {
  switch (clock.accelerator) {
    case "kvm":
      return [];
    case "tcg":
      return [
        `tsc_early_khz=${clock.tscKhz}`,
        "tsc=reliable",
        "no_timer_check",
        "mitigations=off",
        "cgroup_disable=memory",
      ];
  }
}
