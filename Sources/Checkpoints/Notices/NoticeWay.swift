// A way in which notices reach the user.

protocol NoticeWay {
  /// As the setting is called.
  var name: String { get }
  /// - Throws: why it did not arrive, without secrets.
  func send(_ notice: Notice) throws
}
