//! Exit codes: programs branch on them, so they never change their meaning.

use countersign_core::api::Code;
use std::process::ExitCode;

/// How a run of the command line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, and all that was asked holds.
    Done,
    /// 1: checked, and it does not hold.
    DoesNotHold,
    /// 2: the arguments do not fit.
    Usage,
    /// 3: something that was to be read cannot be read.
    Unreadable,
    /// 4: refused as things stand.
    Refused,
    /// 70: a fault of this program (sysexits.h, EX_SOFTWARE).
    Fault,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::DoesNotHold => 1,
            Self::Usage => 2,
            Self::Unreadable => 3,
            Self::Refused => 4,
            Self::Fault => 70,
        }
    }
}

impl From<Code> for Exit {
    fn from(code: Code) -> Self {
        match code {
            Code::Usage => Self::Usage,
            Code::Unreadable | Code::NotFound | Code::InUse | Code::System => Self::Unreadable,
            Code::Refused | Code::WrongPassphrase => Self::Refused,
            Code::Internal => Self::Fault,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
