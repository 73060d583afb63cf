//! The places of the app. No URL: the window has no address bar, and a reload begins at home.

use countersign_core::api::ChecklistSource;
use countersign_core::id::RecordId;

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Home,
    Checklists,
    Checklist(ChecklistSource),
    Start(ChecklistSource),
    Record(RecordId),
    SignOff(RecordId, Option<String>),
    Report(RecordId),
    Verify,
    Register,
    People,
    Settings,
}

impl Route {
    /// The record that the place belongs to.
    pub(crate) fn record(&self) -> Option<&RecordId> {
        match self {
            Self::Record(id) | Self::SignOff(id, _) | Self::Report(id) => Some(id),
            _ => None,
        }
    }

    /// The entry of the main navigation that it stands under.
    pub(crate) fn place(&self) -> Place {
        match self {
            Self::Home | Self::Record(_) | Self::SignOff(..) | Self::Report(_) => Place::Home,
            Self::Checklists | Self::Checklist(_) | Self::Start(_) => Place::Checklists,
            Self::Verify => Place::Verify,
            Self::Register => Place::Register,
            Self::People => Place::People,
            Self::Settings => Place::Settings,
        }
    }
}

/// An entry of the main navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Home,
    Checklists,
    Register,
    Verify,
    People,
    Settings,
}

impl Place {
    /// All, from top to bottom.
    pub(crate) const ALL: [Self; 6] =
        [Self::Home, Self::Checklists, Self::Register, Self::Verify, Self::People, Self::Settings];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Checklists => "Checklists",
            Self::Register => "Register",
            Self::Verify => "Verify",
            Self::People => "People",
            Self::Settings => "Settings",
        }
    }

    /// The name that tests find it by.
    pub(crate) fn handle(self) -> &'static str {
        match self {
            Self::Home => "nav-home",
            Self::Checklists => "nav-checklists",
            Self::Register => "nav-register",
            Self::Verify => "nav-verify",
            Self::People => "nav-people",
            Self::Settings => "nav-settings",
        }
    }

    /// The key after G.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Home => 'h',
            Self::Checklists => 'c',
            Self::Register => 'r',
            Self::Verify => 'v',
            Self::People => 'p',
            Self::Settings => 's',
        }
    }

    pub(crate) fn route(self) -> Route {
        match self {
            Self::Home => Route::Home,
            Self::Checklists => Route::Checklists,
            Self::Register => Route::Register,
            Self::Verify => Route::Verify,
            Self::People => Route::People,
            Self::Settings => Route::Settings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_is_its_own_entry_and_letter() {
        for place in Place::ALL {
            assert_eq!(place.route().place(), place);
            assert_eq!(Place::ALL.iter().filter(|other| other.letter() == place.letter()).count(), 1, "{place:?}");
        }
    }
}
