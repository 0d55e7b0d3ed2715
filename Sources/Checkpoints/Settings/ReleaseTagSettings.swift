// Makes `ReleaseTags` from the settings.

extension ReleaseTags {
  package init(_ settings: Settings) { self.init(patterns: settings[.releaseTag]) }
}
