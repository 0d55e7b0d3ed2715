// The queries of `CatalogPicture` for objects without a schema.

extension CatalogQueries {
  var extensions: String {
    """
    SELECT 'extension', quote_ident(extname), concat_ws(' ', extversion, 'in ' || extnamespace::regnamespace,
      (SELECT string_agg(t.o::regclass || coalesce(' ' || t.w, ''), ', ' ORDER BY t.o::regclass::text) FROM unnest(extconfig, extcondition) t (o, w))),
      'pg_extension'::regclass, oid
    FROM pg_extension
    """
  }

  var casts: String {
    """
    SELECT 'cast', format('%s as %s', castsource::regtype, casttarget::regtype), concat_ws(' ', nullif(castfunc, 0)::regprocedure, castcontext, castmethod),
      'pg_cast'::regclass, k.oid
    FROM pg_cast k WHERE k.oid >= 16384 AND \(without("pg_cast", "k.oid"))
    UNION ALL
    SELECT 'transform', format('%s for %s', trftype::regtype, lanname), concat_ws(' ', trffromsql, trftosql), 'pg_transform'::regclass, t.oid
    FROM pg_transform t JOIN pg_language l ON l.oid = trflang WHERE \(without("pg_transform", "t.oid"))
    UNION ALL
    SELECT 'access method', quote_ident(amname), concat_ws(' ', amtype, amhandler), 'pg_am'::regclass, a.oid FROM pg_am a WHERE a.oid >= 16384 AND \(without("pg_am", "a.oid"))
    """
  }

  var eventTriggers: String {
    """
    SELECT 'event trigger', quote_ident(evtname), concat_ws(' ', \(owner("evtowner")), evtevent, evtfoid::regprocedure, evtenabled,
      array_to_string(evttags, ',')), 'pg_event_trigger'::regclass, e.oid FROM pg_event_trigger e WHERE \(without("pg_event_trigger", "e.oid"))
    """
  }

  var publications: String {
    let root = major >= 13 ? "pubviaroot" : "NULL"
    let parts = major >= 15 ? "array_to_string(prattrs, ','), pg_get_expr(prqual, prrelid)" : "NULL"
    let ofSchemas =
      major >= 15
      ? """
      UNION ALL SELECT 'publication of', format('%I schema %I', pubname, nspname), 'all', 'pg_publication'::regclass, p.oid
      FROM pg_publication_namespace s
      JOIN pg_publication p ON p.oid = pnpubid JOIN pg_namespace m ON m.oid = pnnspid
      """ : ""
    return """
      SELECT 'publication', quote_ident(pubname), concat_ws(' ', \(owner("pubowner")), puballtables, pubinsert, pubupdate,
        pubdelete, pubtruncate, \(root)), 'pg_publication'::regclass, oid FROM pg_publication
      UNION ALL SELECT 'publication of', format('%I %s', pubname, prrelid::regclass), concat_ws(' ', 'rows', \(parts)), 'pg_publication'::regclass, p.oid
      FROM pg_publication_rel r JOIN pg_publication p ON p.oid = prpubid WHERE prrelid IN (SELECT oid FROM c)
      \(ofSchemas)
      """
  }

  var foreignData: String {
    """
    SELECT 'foreign data wrapper', quote_ident(fdwname), concat_ws(' ', \(privileges("fdwacl", "'F'", "fdwowner")),
      nullif(fdwhandler, 0)::regproc, nullif(fdwvalidator, 0)::regproc, \(digest("fdwoptions"))),
      'pg_foreign_data_wrapper'::regclass, f.oid
    FROM pg_foreign_data_wrapper f WHERE \(without("pg_foreign_data_wrapper", "f.oid"))
    UNION ALL
    SELECT 'server', quote_ident(srvname), concat_ws(' ', \(privileges("srvacl", "'S'", "srvowner")), srvtype, srvversion,
      \(digest("srvoptions"))), 'pg_foreign_server'::regclass, s.oid FROM pg_foreign_server s WHERE \(without("pg_foreign_server", "s.oid"))
    UNION ALL
    SELECT 'user mapping', format('%s for %s', srvname, usename), \(digest("umoptions")), 'pg_foreign_server'::regclass, srvid FROM pg_user_mappings
    """
  }

  var languages: String {
    """
    SELECT 'language', quote_ident(lanname), concat_ws(' ', \(privileges("lanacl", "'l'", "lanowner")), lanpltrusted,
      nullif(lanplcallfoid, 0)::regprocedure, nullif(laninline, 0)::regprocedure, nullif(lanvalidator, 0)::regprocedure),
      'pg_language'::regclass, l.oid
    FROM pg_language l WHERE l.oid >= 16384 AND \(without("pg_language", "l.oid"))
    """
  }

  var defaultPrivileges: String {
    """
    SELECT 'default privileges', concat_ws(' ', 'of', quote_ident(pg_get_userbyid(defaclrole)), defaclobjtype, nullif(defaclnamespace, 0)::regnamespace),
      (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(defaclacl) a), 'pg_default_acl'::regclass, oid FROM pg_default_acl
    """
  }

  var comments: String {
    """
    SELECT 'comment', 'on ' || pg_describe_object(classoid, objoid, objsubid), description, classoid, objoid FROM pg_description d
    WHERE objoid >= 16384 AND (classoid <> 'pg_class'::regclass OR objoid IN (SELECT oid FROM c)) AND \(scope.isOfMembers ? "" : "NOT ")EXISTS (SELECT FROM member m WHERE m.classid = d.classoid AND m.objid = d.objoid)
    UNION ALL
    SELECT 'security label', format('%s on %s', provider, pg_describe_object(classoid, objoid, objsubid)), label, classoid, objoid FROM pg_seclabel
    """
  }
}
