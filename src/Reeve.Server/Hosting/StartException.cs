namespace Reeve.Server.Hosting;

/// <summary>Reeve cannot start. The message is one line for people that says what to do.</summary>
public sealed class StartException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Is a setting wrong, so that the same start never works? Else something was not there, or in the way.</summary>
    public bool IsWrongInput { get; init; }
}
