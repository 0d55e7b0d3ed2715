// How a connection is secured, in drivers' words and libpq's.

/// Translates drivers' values for the security of a connection into libpq's `sslmode`.
enum SecureMode {
  static func mode(_ value: String) -> String? {
    let plain = value.lowercased().filter { $0.isLetter || $0.isNumber }
    switch plain {
    case "disable", "disabled", "false", "0", "no", "off": return "disable"
    case "allow", "prefer", "require": return plain
    case "preferred": return "prefer"
    case "required", "true", "1", "yes", "on", "noverify": return "require"
    case "verifyca": return "verify-ca"
    case "verifyfull": return "verify-full"
    // The options of Node's driver, as JSON in the URL.
    default: return value.hasPrefix("{") && value.hasSuffix("}") ? "require" : nil
    }
  }
}
