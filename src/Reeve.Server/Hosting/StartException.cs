namespace Reeve.Server.Hosting;

/// <summary>Reeve cannot start. The message is one line for people that says what to do.</summary>
public sealed class StartException(string message, Exception? cause = null) : Exception(message, cause);
