// A notice as a mail, by the system's sendmail, which every mail server for Unix brings along.

import FileSystem

struct NoticeMail: NoticeWay {
  /// Seconds.
  private static let limit: Double = 30
  /// Where it is, if not on PATH: servers' programs are not for all users' PATH.
  private static let places: [BytePath] = ["/usr/sbin/sendmail", "/usr/lib/sendmail", "/sbin/sendmail"]

  private let addresses: String
  private let environment: [String: String]

  let name = "mail"

  /// nil if there is no address.
  init?(_ project: Project) {
    guard let addresses = project.settings[.notifyMail] else { return nil }
    (self.addresses, environment) = (addresses, project.environment)
  }

  func send(_ notice: Notice) throws {
    // A header has one line, and what is not ASCII has to be encoded there.
    guard addresses.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) else {
      throw NoticeProblem(reason: "the address is not plain text")
    }
    let onPath = (environment["PATH"] ?? "").split(separator: ":").map {
      BytePath(String($0)).appending("sendmail")
    }
    guard let program = (onPath + Self.places).first(where: FileTree.exists) else {
      throw NoticeProblem(reason: "there is no program sendmail: install a mail server, or use a webhook")
    }
    var mail = Subprocess([program, "-oi", "-t"], limit: Self.limit, label: "sendmail")
    mail.environment = environment
    do { try mail.output(input: text(notice)) } catch let error as SubprocessError {
      throw NoticeProblem(reason: Redaction.redacted("\(error)"))
    }
  }

  private func text(_ notice: Notice) -> [UInt8] {
    let head = [
      "To: \(addresses)", "Subject: \(Self.encoded(notice.title))", "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit",
    ]
    return Array((head + ["", notice.text, ""]).joined(separator: "\n").utf8)
  }

  /// RFC 2047, in pieces that a header may have.
  private static func encoded(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) { return text }
    var (words, piece) = ([String](), "")
    for scalar in text.unicodeScalars {
      let bytes = String(scalar).utf8.map { byte in
        let isPlain =
          (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        return isPlain
          ? String(UnicodeScalar(byte))
          : "=" + String(Int(byte) + 0x100, radix: 16, uppercase: true).dropFirst()
      }.joined()
      if piece.utf8.count + bytes.utf8.count > 60 {
        words.append(piece)
        piece = ""
      }
      piece += bytes
    }
    return (words + [piece]).map { "=?UTF-8?Q?\($0)?=" }.joined(separator: "\n ")
  }
}
