// The settings of [remote]. Where copies go, and where they come from, is the user's own: a repository must not decide it.

extension SettingKey where Value == String?, Failure == Never {
  package static var remoteURL: Self {
    text(
      .path,
      Setting(
        "url", in: "remote", of: .required(placeholder: "NAME"), isPersonal: true,
        "The directory of a remote, on another disk or on a mounted share (checkpoint remote add NAME URL)."))
  }
}

extension Settings {
  /// The names of the user's remotes.
  package var remoteNames: [String] {
    subsections(with: [SettingKey.remoteURL.setting]).filter { self[.remoteURL, $0] != nil }
  }
}
