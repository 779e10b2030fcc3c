//! What the system is asked not to do with a process that may hold keys.
//!
//! A dump of its memory, after a crash, would put them on the disk. On Unix the process asks for
//! none: the limit on dumps is zero, and on Linux, where a program that collects dumps is not bound
//! by that limit, the process is not dumpable at all, which also keeps other processes of the same
//! user out of its memory. Windows writes dumps only where an administrator asked for them
//! (`LocalDumps`), and offers a process no such switch.

/// Asks for no dumps of this process and those it starts. A system that refuses is no reason to
/// stop: whoever runs it allowed that.
#[cfg(unix)]
pub(crate) fn leave_no_dumps() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _allowed_by_whoever_runs_it = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _as_above = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// There is nothing to ask for here.
#[cfg(not(unix))]
pub(crate) const fn leave_no_dumps() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn a_process_leaves_no_dump() {
        leave_no_dumps();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
