// Finds files that would lead programs to another database than the present one: `.env` files by their variables, other
// files by the addresses in them.

import Checkpoints
import FileSystem
import Postgres

package struct KeptAddresses: Sendable {
  private let environment: [String: String]
  private let located: [LocatedDatabase]

  /// - Parameter located: the project's databases as they are found now.
  package init(environment: [String: String], located: [LocatedDatabase]) {
    (self.environment, self.located) = (environment, located)
  }

  /// - Parameters:
  ///   - recorded: the contents that would be written.
  ///   - present: the present contents; nil if there is no such file.
  ///   - isOthers: whether another clone recorded it. Then an address is a change even if none is known now.
  package func changes(
    in path: BytePath, recorded: [UInt8], present: [UInt8]?, isOthers: Bool
  ) -> [AddressChange] {
    let name = path.components.last ?? path
    if name.hasPrefix(".env") || name.bytes.suffix(4).elementsEqual(".env".utf8) {
      return variables(path, recorded, present ?? [], isOthers)
    }
    return texts(path, recorded, present ?? [], isOthers)
  }

  // MARK: Variables

  private func variables(
    _ path: BytePath, _ recorded: [UInt8], _ present: [UInt8], _ isOthers: Bool
  ) -> [AddressChange] {
    let now = DotEnv.values(in: present, environment: environment).compactMapValues { try? $0.get() }
    return DotEnv.values(in: recorded, environment: environment).sorted { $0.key < $1.key }
      .compactMap { name, value in
        guard let text = try? value.get(), let place = Place(text, of: name) else { return nil }
        let other = now[name].flatMap({ Place($0, of: name) }) ?? reached(by: name)
        guard other != place, other != nil || isOthers else { return nil }
        return AddressChange(
          path: path, variable: name, present: other?.label ?? "no database", recorded: place.label)
      }
  }

  /// The database that is reached now other than by this variable of this file.
  private func reached(by name: String) -> Place? {
    let own = located.first { $0.variable == name }
    let found = own ?? (name == "DATABASE_URL" ? located.first : nil)
    return found.flatMap { Place($0.parameters) }
  }

  // MARK: Other files

  private func texts(
    _ path: BytePath, _ recorded: [UInt8], _ present: [UInt8], _ isOthers: Bool
  ) -> [AddressChange] {
    var now = Self.places(in: present)
    // This file says where the project's databases are; another file that does not exist yet changes nothing.
    if now.isEmpty && path == Settings.fileName {
      now = located.compactMap { Place($0.parameters) }
    }
    let then = Self.places(in: recorded)
    guard let place = then.first(where: { !now.contains($0) }), !now.isEmpty || isOthers else { return [] }
    return [
      AddressChange(
        path: path, variable: nil, present: now.first?.label ?? "no database", recorded: place.label)
    ]
  }

  private static func places(in bytes: [UInt8]) -> [Place] {
    String(decoding: bytes, as: UTF8.self)
      .split { $0.isWhitespace || "\"'`<>,;".contains($0) }
      .filter { $0.contains("://") }
      .compactMap { word in (try? ConnectionParameters(parsing: String(word))).flatMap(Place.init) }
  }
}

/// The address of a database, reduced to what can be compared.
private struct Place: Hashable {
  var host = ""
  var port = ""
  var database = ""

  init?(_ parameters: ConnectionParameters) {
    guard let database = parameters.database else { return nil }
    let host = parameters.values["host"] ?? parameters.values["hostaddr"] ?? ""
    self.host = ["", "127.0.0.1", "::1"].contains(host) ? "localhost" : host
    port = parameters.values["port"] ?? "5432"
    self.database = database
  }

  /// - Parameter name: the variable with the text; parts of an address have their own variables.
  init?(_ text: String, of name: String) {
    if let parameters = try? ConnectionParameters(parsing: text), let place = Place(parameters) {
      self = place
      return
    }
    if text.isEmpty { return nil }
    switch DatabaseVariables.meaning(of: name) {
    case .database: database = text
    case .host: host = text
    case .port: port = text
    case nil: return nil
    }
  }

  var label: String {
    let server = [host, port == "5432" ? "" : port].filter { !$0.isEmpty }.joined(separator: ":")
    return [database, server].filter { !$0.isEmpty }.joined(separator: " on ")
  }
}
