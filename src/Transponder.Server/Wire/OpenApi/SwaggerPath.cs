using Transponder.Server.Wire.Rest;

namespace Transponder.Server.Wire.OpenApi;

/// <summary>A route's path as Swagger writes it, with a name for each variable; of routes that match the same paths, all get the first one's names.</summary>
internal sealed class SwaggerPath
{
    public SwaggerPath(RestRoute route, Dictionary<string, SwaggerPath> spellings)
    {
        var form = string.Join('/', route.Path.Segments);
        if (spellings.TryGetValue(form, out var first) && first.Names.Count == route.Path.Variables.Count)
        {
            (Text, Names) = (first.Text, first.Names);
            return;
        }

        Names = [.. route.Path.Variables.Select(variable => variable.Field.ToString())];
        var text = new List<string>();
        for (var at = 0; at < route.Path.Segments.Count; at++)
        {
            var variable = route.Path.Variables.FirstOrDefault(variable => variable.Start <= at && at < variable.End);
            if (variable is null)
                text.Add(route.Path.Segments[at]);
            else if (variable.Start == at)
                text.Add($"{{{variable.Field}}}");
        }

        Text = "/" + string.Join('/', text);
        spellings.TryAdd(form, this);
    }

    public string Text { get; }

    public IReadOnlyList<string> Names { get; }
}
