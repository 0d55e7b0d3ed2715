// What we use of libpq 12 or newer. A function that is not in this list is missed by the linker.

#include "CPostgres.h"
#include "CLateLibrary.h"

#define LIBRARY "libpq.so.5"
#define LATE(result, name, parameters, arguments) LATE_FUNCTION(LIBRARY, result, name, parameters, arguments)

LATE_LIBRARY(LIBRARY, "databases of PostgreSQL")

// Addresses
LATE(PQconninfoOption *, PQconndefaults, (void), ())
LATE(PQconninfoOption *, PQconninfoParse, (const char *text, char **message), (text, message))
LATE(void, PQconninfoFree, (PQconninfoOption * options), (options))

// Connecting
LATE(
    PGconn *, PQconnectStartParams, (const char *const *keywords, const char *const *values, int expands),
    (keywords, values, expands))
LATE(PostgresPollingStatusType, PQconnectPoll, (PGconn * connection), (connection))
LATE(int, PQresetStart, (PGconn * connection), (connection))
LATE(PostgresPollingStatusType, PQresetPoll, (PGconn * connection), (connection))
LATE(void, PQfinish, (PGconn * connection), (connection))
LATE(PGcancel *, PQgetCancel, (PGconn * connection), (connection))
LATE(int, PQcancel, (PGcancel * cancel, char *message, int size), (cancel, message, size))
LATE(void, PQfreeCancel, (PGcancel * cancel), (cancel))

// A connection
LATE(char *, PQdb, (const PGconn *connection), (connection))
LATE(char *, PQuser, (const PGconn *connection), (connection))
LATE(char *, PQhost, (const PGconn *connection), (connection))
LATE(char *, PQhostaddr, (const PGconn *connection), (connection))
LATE(char *, PQport, (const PGconn *connection), (connection))
LATE(ConnStatusType, PQstatus, (const PGconn *connection), (connection))
LATE(PGTransactionStatusType, PQtransactionStatus, (const PGconn *connection), (connection))
LATE(const char *, PQparameterStatus, (const PGconn *connection, const char *name), (connection, name))
LATE(int, PQserverVersion, (const PGconn *connection), (connection))
LATE(char *, PQerrorMessage, (const PGconn *connection), (connection))
LATE(int, PQsocket, (const PGconn *connection), (connection))
LATE(int, PQbackendPID, (const PGconn *connection), (connection))
LATE(PGVerbosity, PQsetErrorVerbosity, (PGconn * connection, PGVerbosity verbosity), (connection, verbosity))
LATE(
    PQnoticeProcessor, PQsetNoticeProcessor, (PGconn * connection, PQnoticeProcessor processor, void *context),
    (connection, processor, context))
LATE(int, PQsetnonblocking, (PGconn * connection, int isNonblocking), (connection, isNonblocking))
LATE(int, PQsetSingleRowMode, (PGconn * connection), (connection))
LATE(
    char *, PQencryptPasswordConn,
    (PGconn * connection, const char *password, const char *user, const char *algorithm),
    (connection, password, user, algorithm))

// Statements
LATE(int, PQsendQuery, (PGconn * connection, const char *text), (connection, text))
LATE(
    int, PQsendQueryParams,
    (PGconn * connection, const char *text, int count, const Oid *types, const char *const *values,
     const int *lengths, const int *formats, int format),
    (connection, text, count, types, values, lengths, formats, format))
LATE(int, PQisBusy, (PGconn * connection), (connection))
LATE(int, PQconsumeInput, (PGconn * connection), (connection))
LATE(int, PQflush, (PGconn * connection), (connection))
LATE(int, PQputCopyData, (PGconn * connection, const char *bytes, int count), (connection, bytes, count))
LATE(int, PQputCopyEnd, (PGconn * connection, const char *message), (connection, message))
LATE(int, PQgetCopyData, (PGconn * connection, char **bytes, int isAsynchronous), (connection, bytes, isAsynchronous))
LATE(PGresult *, PQgetResult, (PGconn * connection), (connection))

// Results
LATE(ExecStatusType, PQresultStatus, (const PGresult *result), (result))
LATE(char *, PQresultErrorField, (const PGresult *result, int field), (result, field))
LATE(int, PQntuples, (const PGresult *result), (result))
LATE(int, PQnfields, (const PGresult *result), (result))
LATE(char *, PQcmdTuples, (PGresult * result), (result))
LATE(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column))
LATE(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column))
LATE(void, PQclear, (PGresult * result), (result))
LATE(void, PQfreemem, (void *memory), (memory))
