export const verify = async (a: any, b: any, c: any) => 0
