// Recognizes statements that need more rights than a dump is restored with and can do only one thing: change an owner, grant
// a privilege, create an extension. Our own session runs them. Statements of any other form are run by the role that the
// dump is restored as, and fail there if they need more rights.

/// The form of a recognized statement.
enum GrantedForm: Equatable {
  case owner(role: String)
  case privilege
  case defaultPrivilege(role: String?)
  /// Acting as another role; nil for the session's own.
  case session(role: String?)
  case newExtension(String)
  case extensionComment

  /// - Returns: nil for all other statements.
  init?(_ statement: ScriptStatement) {
    // Such statements are short.
    guard statement.text.count < 1 << 16, let tokens = SQLToken.all(of: statement.text),
      let form = Self.form(of: TokenReader(tokens))
    else { return nil }
    self = form
  }

  private static func form(of tokens: TokenReader) -> GrantedForm? {
    var rest = tokens
    if rest.take("alter default privileges") { return defaultPrivilege(rest) }
    if rest.take("alter") { return owner(rest) }
    if rest.takeAny(["grant", "revoke"]) != nil { return privilege(rest) }
    if rest.take("set session authorization") {
      if rest.take("default") { return rest.isAtEnd ? .session(role: nil) : nil }
      guard let role = rest.literal() ?? rest.name(), rest.isAtEnd else { return nil }
      return .session(role: role)
    }
    if rest.take("reset session authorization") { return rest.isAtEnd ? .session(role: nil) : nil }
    if rest.take("create extension") { return newExtension(rest) }
    if rest.take("comment on extension") {
      guard rest.name() != nil, rest.take("is"), rest.literal() != nil || rest.take("null"), rest.isAtEnd
      else { return nil }
      return .extensionComment
    }
    return nil
  }

  private static let named = [
    "table only", "table", "sequence", "view", "materialized view", "foreign table", "schema", "type",
    "domain",
    "collation", "conversion", "procedural language", "language", "text search dictionary",
    "text search configuration", "statistics", "foreign data wrapper", "server", "event trigger",
    "publication",
    "subscription",
  ]

  private static func owner(_ tokens: TokenReader) -> GrantedForm? {
    var rest = tokens
    let isComplete: Bool
    if rest.take("large object") {
      isComplete = rest.number()
    } else if rest.takeAny(["operator class", "operator family"]) != nil {
      isComplete = rest.qualifiedName() && rest.take("using") && rest.name() != nil
    } else if rest.take("operator") {
      isComplete = rest.qualifiedOperator() && rest.arguments()
    } else if rest.takeAny(["function", "procedure", "aggregate", "routine"]) != nil {
      isComplete = rest.qualifiedName() && rest.arguments()
    } else {
      isComplete = rest.takeAny(named) != nil && rest.qualifiedName()
    }
    guard isComplete, rest.take("owner to"), let role = rest.name(), rest.isAtEnd else { return nil }
    return .owner(role: role)
  }

  private static let granted = [
    "table", "sequence", "function", "procedure", "routine", "schema", "type", "domain", "language",
    "large object",
    "foreign server", "foreign data wrapper", "all tables in schema", "all sequences in schema",
    "all functions in schema", "all procedures in schema", "all routines in schema",
  ]

  /// A privilege on an object in the database. Without ON it is a membership, which affects the whole server.
  private static func privilege(_ tokens: TokenReader) -> GrantedForm? {
    guard let on = tokens.remaining.firstIndex(where: { $0.isWord("on") }) else { return nil }
    var object = TokenReader(Array(tokens.remaining[(on + 1)...]))
    guard isPlain(tokens.remaining) else { return nil }
    if object.takeAny(granted) != nil { return .privilege }
    // The word TABLE may be missing. A parameter or a tablespace has a word and no schema.
    guard object.name() != nil, object.symbol(".") else { return nil }
    return .privilege
  }

  private static func defaultPrivilege(_ tokens: TokenReader) -> GrantedForm? {
    var (rest, role): (TokenReader, String?) = (tokens, nil)
    if rest.take("for role") {
      guard let name = rest.name() else { return nil }
      role = name
    }
    guard isPlain(tokens.remaining) else { return nil }
    return .defaultPrivilege(role: role)
  }

  private static func isPlain(_ tokens: ArraySlice<SQLToken>) -> Bool {
    tokens.allSatisfy { token in
      switch token {
      case .word, .quoted, .number: true
      case .literal: false
      case .symbol(let byte): "().,[]".utf8.contains(byte)
      }
    }
  }

  private static func newExtension(_ tokens: TokenReader) -> GrantedForm? {
    var rest = tokens
    _ = rest.take("if not exists")
    guard let name = rest.name() else { return nil }
    _ = rest.take("with")
    while !rest.isAtEnd {
      if rest.take("schema") {
        if rest.name() == nil { return nil }
      } else if rest.take("version") {
        guard rest.literal() != nil || rest.name() != nil else { return nil }
      } else {
        return nil
      }
    }
    return .newExtension(name)
  }
}
