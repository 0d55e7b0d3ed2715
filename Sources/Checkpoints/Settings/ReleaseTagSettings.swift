// Which tags are releases, as the settings say.

extension ReleaseTags {
  package init(_ settings: Settings) { self.init(patterns: settings[.releaseTag]) }
}
