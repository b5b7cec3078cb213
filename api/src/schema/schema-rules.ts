import {
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedDirective,
} from 'graphql';

/** What a schema must keep to: the Relay specifications of nodes and connections, our form of mutations, and descriptions. Each breach is a sentence. */
export function schemaBreaches(schema: GraphQLSchema): string[] {
  const breaches: string[] = [];
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !/^(Int|Float|String|Boolean|ID)$/.test(type.name),
  );

  const pageInfo = schema.getType('PageInfo');
  if (!isObjectType(pageInfo)) breaches.push('There is no type PageInfo.');
  else {
    const expected = {
      hasNextPage: 'Boolean!',
      hasPreviousPage: 'Boolean!',
      startCursor: 'String',
      endCursor: 'String',
    };
    for (const [name, type] of Object.entries(expected)) {
      if (String(pageInfo.getFields()[name]?.type) !== type) breaches.push(`PageInfo.${name} must be ${type}.`);
    }
  }
  const node = schema.getType('Node');
  if (!isInterfaceType(node) || String(node.getFields().id?.type) !== 'ID!')
    breaches.push('Node must be an interface with id: ID!.');
  const query = schema.getQueryType()?.getFields();
  if (String(query?.node?.type) !== 'Node' || String(query?.node?.args[0]?.type) !== 'ID!')
    breaches.push('Query.node must be node(id: ID!): Node.');
  if (String(query?.nodes?.type) !== '[Node]!') breaches.push('Query.nodes must be [Node]!.');

  for (const type of types) {
    if (!type.description) breaches.push(`${type.name} has no description.`);
    if (isEnumType(type)) {
      for (const value of type.getValues())
        if (!value.description) breaches.push(`${type.name}.${value.name} has no description.`);
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        if (!field.description) breaches.push(`${type.name}.${field.name} has no description.`);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const fields = type.getFields();
    for (const field of Object.values(fields)) {
      if (!field.description) breaches.push(`${type.name}.${field.name} has no description.`);
      for (const argument of field.args) {
        if (!argument.description) breaches.push(`${type.name}.${field.name}(${argument.name}:) has no description.`);
      }
      if (getNamedType(field.type).name.endsWith('Connection')) {
        const given = new Map(field.args.map((argument) => [argument.name, String(argument.type)]));
        for (const [name, expected] of [
          ['first', 'Int'],
          ['after', 'String'],
          ['last', 'Int'],
          ['before', 'String'],
        ] as const) {
          if (given.get(name) !== expected) breaches.push(`${type.name}.${field.name} must take ${name}: ${expected}.`);
        }
      }
    }
    if (type.name.endsWith('Connection')) {
      const edges = fields.edges?.type;
      const list = edges && isNonNullType(edges) ? edges.ofType : edges;
      if (!list || !isListType(list) || !getNamedType(list).name.endsWith('Edge'))
        breaches.push(`${type.name}.edges must be a list of edges.`);
      if (String(fields.pageInfo?.type) !== 'PageInfo!') breaches.push(`${type.name}.pageInfo must be PageInfo!.`);
      const item = fields.nodes && getNamedType(fields.nodes.type).name;
      if (item && type.name !== `${item}Connection`) breaches.push(`${type.name} must be called ${item}Connection.`);
      if (item && list && getNamedType(list).name !== `${item}Edge`)
        breaches.push(`${type.name}.edges must be a list of ${item}Edge.`);
    }
    if (type.name.endsWith('Edge')) {
      if (String(fields.cursor?.type) !== 'String!') breaches.push(`${type.name}.cursor must be String!.`);
      if (!fields.node || isListType(fields.node.type)) breaches.push(`${type.name}.node must be one thing.`);
    }
  }

  for (const mutation of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const name = mutation.name.charAt(0).toUpperCase() + mutation.name.slice(1);
    if (mutation.args.length !== 1 || String(mutation.args[0]?.type) !== `${name}Input!`) {
      breaches.push(`Mutation.${mutation.name} must take input: ${name}Input! and nothing else.`);
    }
    if (String(mutation.type) !== `${name}Payload!`)
      breaches.push(`Mutation.${mutation.name} must answer ${name}Payload!.`);
    const payload = getNamedType(mutation.type);
    if (!isObjectType(payload)) continue;
    for (const field of Object.values(payload.getFields())) {
      if (field.name === 'userErrors') {
        if (String(field.type) !== '[UserError!]!') breaches.push(`${payload.name}.userErrors must be [UserError!]!.`);
      } else if (isNonNullType(field.type)) breaches.push(`${payload.name}.${field.name} must be nullable.`);
    }
    if (!payload.getFields().userErrors) breaches.push(`${payload.name} has no userErrors.`);
  }
  for (const directive of schema.getDirectives()) {
    if (!isSpecifiedDirective(directive) && !directive.description)
      breaches.push(`@${directive.name} has no description.`);
  }
  return breaches;
}
