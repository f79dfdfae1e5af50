namespace Transponder.Integrations.Sinks.Nats;

/// <summary>The subject of each message, from a template that may name the execution's project, domain and name.</summary>
internal sealed class NatsSubject(string template)
{
    private static readonly string[] Names = ["{project}", "{domain}", "{name}"];

    private readonly bool isFixed = !Names.Any(name => template.Contains(name, StringComparison.Ordinal));

    /// <summary>The subject for messages of an ordering key, <c>project/domain/name</c>.</summary>
    public string Of(string orderingKey)
    {
        if (isFixed)
            return template;
        var parts = orderingKey.Split('/', Names.Length);
        var subject = template;
        for (var i = 0; i < Names.Length; i++)
            subject = subject.Replace(Names[i], Token(i < parts.Length ? parts[i] : ""), StringComparison.Ordinal);
        return subject;
    }

    /// <summary>Dots, wildcards and blanks would make several tokens of one, or none.</summary>
    private static string Token(string value) =>
        value.Length == 0 ? "_" : string.Concat(value.Select(c => c is '.' or '*' or '>' or '{' or '}' || c <= ' ' ? '_' : c));
}
